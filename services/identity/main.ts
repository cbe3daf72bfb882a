import { exitWith } from '@aio/platform/exit-with';
import { readIdentityConfig } from './config.ts';
import { startIdentity } from './server.ts';

try {
  const config = readIdentityConfig(process.env);
  const identity = await startIdentity({
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl || undefined,
    env: process.env,
    loginTokens: config.loginTokens,
  });
  console.log(JSON.stringify({ level: 'info', service: 'aio-identity', url: identity.issuer }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void identity.close().then(() => process.exit()));
  }
} catch (error) {
  exitWith(error);
}
