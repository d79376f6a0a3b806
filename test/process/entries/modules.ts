import { AuditLog, auditLogModule } from '@daemonry/modules/audit_log';
import { BackgroundDaemon, createApplication, type OnRun, type RunContext, runMain } from 'daemonry';

/** Stores with modules as fast as it can, and says of each, once it is acknowledged, that it is kept. */
@BackgroundDaemon({ fatalOnStartupFailure: true })
class Storing implements OnRun {
  constructor(private readonly audit: AuditLog) {}

  async run({ signal }: RunContext): Promise<void> {
    while (!signal.aborted) {
      const { sequence } = await this.audit.append(
        'email.intent_logged',
        { subject: 'large', text: 'x'.repeat(2_000), intent: 'none' },
        { source: 'storing' },
      );
      process.stdout.write(`kept ${sequence}\n`);
      if (sequence % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

void runMain(() =>
  createApplication({
    name: 'modules',
    listeners: [Storing],
    modules: [auditLogModule()],
    config: { directory: false, env: {}, values: { state: { directory: process.env['STATE'] } } },
    logger: { log: ({ level, message }) => void process.stdout.write(`${level} ${message}\n`) },
  }),
);
