import type { Route } from '../../http/define-route.ts';
import type { AuthDeps } from './auth-deps.ts';
import { loginRoutes } from './login-routes.ts';
import { sessionRoutes } from './session-routes.ts';

export function authRoutes(deps: AuthDeps): Route[] {
  return [...loginRoutes(deps), ...sessionRoutes(deps)];
}
