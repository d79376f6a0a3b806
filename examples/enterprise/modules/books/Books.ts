import { appendFileSync, readFileSync } from 'node:fs';

import { BackgroundDaemon, type OnStartup } from 'daemonry';

import { BooksSettings } from './BooksSettings';

export interface Invoice {
  /** Of the run that wrote it: one night is invoiced once. */
  readonly key: string;
  readonly orders: readonly string[];
  readonly cents: number;
}

/** The books. Without them nothing may run: a failure to open them aborts the boot. */
@BackgroundDaemon({ fatalOnStartupFailure: true })
export class Books implements OnStartup {
  readonly #written = new Map<string, Invoice>();

  constructor(private readonly settings: BooksSettings) {}

  startup(): void {
    appendFileSync(this.settings.file, '');
    for (const line of readFileSync(this.settings.file, 'utf8').split('\n').filter(Boolean)) {
      const invoice = JSON.parse(line) as Invoice;
      this.#written.set(invoice.key, invoice);
    }
  }

  /** Does nothing when that key is written already. */
  write(invoice: Invoice): void {
    if (this.#written.has(invoice.key)) return;
    appendFileSync(this.settings.file, `${JSON.stringify(invoice)}\n`);
    this.#written.set(invoice.key, invoice);
  }

  get invoices(): readonly Invoice[] {
    return [...this.#written.values()];
  }
}
