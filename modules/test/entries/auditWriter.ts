import { createApplication } from 'daemonry';
import { AuditLog, auditLogModule } from '@daemonry/modules/audit_log';

/** Appends without end to the audit log in the folder it is given, and prints each sequence that it was promised. */
async function main(directory: string): Promise<void> {
  const app = await createApplication({
    name: 'writer',
    modules: [auditLogModule()],
    config: { directory: false, env: false, values: { data: { directory }, logging: { level: 'error' } } },
  });
  const audit = app.container.get(AuditLog);
  for (;;) {
    const { sequence } = await audit.append(
      'email.intent_logged',
      { subject: 'large', text: 'x'.repeat(2_000), intent: 'none' },
      { source: 'writer' },
    );
    process.stdout.write(`${sequence}\n`);
  }
}

void main(process.argv[2] ?? '').catch((error: Error) => {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
});
