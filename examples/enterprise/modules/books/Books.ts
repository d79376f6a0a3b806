import { appendFileSync, readFileSync } from 'node:fs';

import { BackgroundDaemon, type OnStartup } from 'daemonry';

import { BooksDamagedError } from './BooksDamagedError';
import { BooksSettings } from './BooksSettings';

/** One line of the books. */
export interface Invoice {
  /** Names the run that wrote it, so that each night is invoiced once. */
  readonly key: string;
  /** Ids of the orders. */
  readonly orders: readonly string[];
  /** Negative for a refund. */
  readonly cents: number;
}

/** The books. Nothing may run without them: a failure to open them aborts the boot. */
@BackgroundDaemon({ fatalOnStartupFailure: true })
export class Books implements OnStartup {
  readonly #written = new Map<string, Invoice>();

  constructor(private readonly settings: BooksSettings) {}

  /** Reads what is written already. @throws BooksDamagedError for a line that is no invoice. */
  startup(): void {
    const { file } = this.settings;
    appendFileSync(file, '');
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    for (const [index, line] of lines.entries()) {
      try {
        const invoice = JSON.parse(line) as Invoice;
        this.#written.set(invoice.key, invoice);
      } catch (error) {
        throw new BooksDamagedError(file, index + 1, error);
      }
    }
  }

  /** Writes an invoice, unless its key is written already. */
  write(invoice: Invoice): void {
    if (this.#written.has(invoice.key)) return;
    appendFileSync(this.settings.file, `${JSON.stringify(invoice)}\n`);
    this.#written.set(invoice.key, invoice);
  }

  /** All invoices, in the order of writing. */
  get invoices(): readonly Invoice[] {
    return [...this.#written.values()];
  }
}
