import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

import { Inventory } from './Inventory';
import { InventoryImportSettings } from './InventoryImportSettings';
import { parseStock } from './parseStock';

/**
 * Imports the stock lists of the inbox. A list that cannot be read fails the run, after the others are imported: the run
 * is recorded with its error, and everything goes on.
 */
@BackgroundDaemon({ interval: '7s' })
export class InventoryImport implements OnTick {
  constructor(
    private readonly inventory: Inventory,
    private readonly settings: InventoryImportSettings,
  ) {}

  async tick({ signal, log, commit }: TickContext): Promise<void> {
    const files = (await readdir(this.settings.inbox)).filter((file) => file.endsWith('.csv')).sort();
    const failures: string[] = [];
    for (const file of files) {
      const text = await readFile(join(this.settings.inbox, file), { encoding: 'utf8', signal });
      try {
        const stock = parseStock(file, text);
        commit(() => this.inventory.update(stock));
      } catch (error) {
        signal.throwIfAborted();
        failures.push((error as Error).message);
      }
    }
    log.debug(`${this.inventory.articles} articles in stock`);
    if (failures.length > 0)
      throw new Error(`${failures.length} of ${files.length} lists rejected: ${failures.join('; ')}`);
  }
}
