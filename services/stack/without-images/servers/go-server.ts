/** Another project's server or tool that we build from its Go module. */
export interface GoServer {
  name: string;
  /** For people; a module's version can differ from the program's. */
  title: string;
  module: string;
  version: string;
  /** Commands of the module, the server first; the last part of each path becomes the name of a program. */
  commands: readonly [string, ...string[]];
  /** Name of the only program, if its command's folder has another name. */
  program?: string;
  /** Build tags. */
  tags?: readonly string[];
  /** The variable that `--version` shows, and its value; absent = the module sets it as a constant. */
  stamp?: readonly [variable: string, value: string];
  /**
   * Modules that `go.mod` replaces by folders missing from the archive. Go downloads them in the required version, or
   * in that of `module@version`.
   */
  unreplaced?: readonly string[];
}
