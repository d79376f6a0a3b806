import {
  BackgroundDaemon,
  createApplication,
  type OnRun,
  type OnStartup,
  type RunContext,
  runMain,
  StateDatabase,
} from 'daemonry';

/** So large that the log is moved into the file again and again. */
const LOAD = new Uint8Array(32_768);

/** Writes rows as fast as it can, and says of each, once it is acknowledged, that it is kept. */
@BackgroundDaemon({ fatalOnStartupFailure: true })
class Writer implements OnStartup, OnRun {
  constructor(private readonly state: StateDatabase) {}

  async startup(): Promise<void> {
    await this.state.migrate('writer', [
      { sql: 'CREATE TABLE writer (row INTEGER NOT NULL, pair INTEGER NOT NULL, load BLOB)' },
    ]);
  }

  async run({ signal }: RunContext): Promise<void> {
    const newest = await this.state.get<{ row: number | null }>('SELECT max(row) AS row FROM writer');
    for (let row = (newest?.row ?? 0) + 1; !signal.aborted; row++) {
      // Both or none: a row of a torn transaction would stand alone.
      await this.state.transaction(async (statements) => {
        await statements.run('INSERT INTO writer VALUES (?, 1, ?)', [row, LOAD]);
        await statements.run('INSERT INTO writer VALUES (?, 2, ?)', [row, LOAD]);
      });
      process.stdout.write(`kept ${row}\n`);
      if (row % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

void runMain(() =>
  createApplication({
    name: 'writer',
    listeners: [Writer],
    config: { directory: false, env: {}, values: { state: { directory: process.env['STATE'] } } },
    logger: { log: ({ level, message }) => void process.stdout.write(`${level} ${message}\n`) },
  }),
);
