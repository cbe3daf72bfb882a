import type { Ports } from '../process/ports.ts';
import type { GivenServices } from './environment.ts';
import type { PartGroup } from './part-group.ts';
import type { Progress } from './progress.ts';

/** Everything that starting a server needs. */
export interface ServerContext {
  /** The project's folder. */
  root: string;
  dataDir: string;
  searchPath: string;
  ports: Ports;
  workers: number;
  apis: number;
  given: GivenServices;
  group: PartGroup;
  progress: Progress;
  /** Stops downloads and the creation of a cluster. */
  signal: AbortSignal;
}
