import { findProxy } from '@aio/tools/servers/proxy';
import { StackError } from '@aio/tools/stack-error';
import { programFolder } from '@aio/tools/system/own-servers';

/** Why tests cannot start the proxy; false = they can. */
export async function lacksProxy(): Promise<string | false> {
  try {
    await findProxy({
      dataDir: programFolder(process.env.AIO_DATA_DIR),
      searchPath: process.env.PATH ?? '',
    });
    return false;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return error.message;
  }
}
