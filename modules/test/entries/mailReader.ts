import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

import { Clock, createApplication, ListenerLogger } from 'daemonry';
import { inboundMailModule, MailReader } from '@daemonry/modules/email_inbound_imap';

const head = (to: string): string => `From: boss@example.org\r\nTo: ${to}\r\nSubject: x\r\n\r\n`;
const MAILS: Readonly<Record<string, () => string>> = {
  blank: () => head('agent@example.com') + '\r\n'.repeat(2_500_000),
  addresses: () => head(Array.from({ length: 60_000 }, (_, index) => `a${index}@example.com`).join(', ')),
  deep: () => head('x@y.z') + 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(20_000),
  lines: () => head('agent@example.com') + 'some words of a line that is not short\r\n'.repeat(60_000),
  plain: () => `${head('agent@example.com')}hello`,
};

class SourceReader extends MailReader {
  protected override threadEntry(): string {
    return join(__dirname, 'mailThread.cjs');
  }
}

/** Reads mails, and prints for each how it went, and for how long the event loop stood still. */
async function main(): Promise<void> {
  const app = await createApplication({
    name: 'reader',
    modules: [inboundMailModule()],
    config: { directory: false, env: false, values: { logging: { level: 'warn' } } },
  });
  const reader = new SourceReader(app.container.get(Clock), app.container.get(ListenerLogger));
  // The thread begins once.
  await reader.read(Buffer.from('From: a@b.c\r\n\r\n'));
  for (const [name, make] of Object.entries(MAILS)) {
    const source = Buffer.from(make());
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const since = performance.now();
    const mail = await reader.read(source);
    const ms = Math.round(performance.now() - since);
    delay.disable();
    const told = { name, ms, stoodStillMs: Math.round(delay.max / 1e6), text: mail.text.trim().slice(0, 10) };
    process.stdout.write(`${JSON.stringify({ ...told, defect: mail.defect?.reason })}\n`);
  }
  await reader.dispose();
}

void main().catch((error: Error) => {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
});
