import { auditLogModule } from '@daemonry/modules/audit_log';
import {
  BackgroundDaemon,
  createApplication,
  type IntentsChange,
  OperatorJournal,
  runMain,
  type SqlStatements,
} from 'daemonry';
import { ContainerModule, injectable } from 'inversify';

/** Carries out the act `ACT` under a key, prints its answer and ends; with `KILL` it is killed within the transaction. */
@BackgroundDaemon({ interval: '1h' })
class Keeper {
  tick(): void {}
}

/** Is asked last, when everything of an act but its key is written, and not committed. */
@injectable()
class Killer extends OperatorJournal {
  async record({ act }: IntentsChange, statements: SqlStatements): Promise<void> {
    if (act === undefined || process.env['KILL'] === undefined) return;
    const { n } = (await statements.get<{ n: number }>('SELECT count(*) AS n FROM operator_intents')) ?? { n: 0 };
    process.stdout.write(`written ${n}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}

const killer = new ContainerModule(({ bind }) => {
  bind(Killer).toSelf().inSingletonScope();
  bind(OperatorJournal).toService(Killer);
});

void runMain(async () => {
  const app = await createApplication({
    name: 'acts',
    listeners: [Keeper],
    modules: [auditLogModule(), killer],
    config: { directory: false, env: {}, values: { state: { directory: process.env['STATE'] } } },
    logger: { log: ({ level, message }) => void process.stdout.write(`${level} ${message}\n`) },
  });
  app.events.on('application.started', () => {
    const id = process.env['ACT'] ?? '';
    const act = { action: 'pause', listener: 'keeper', by: 'kim', kind: 'human', reason: id, key: id } as const;
    void app.operate(act).then((done) => {
      process.stdout.write(`done ${JSON.stringify(done)}\n`);
      app.requestShutdown('it is done');
    });
  });
  return app;
});
