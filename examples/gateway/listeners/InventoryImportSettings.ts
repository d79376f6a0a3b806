import { join } from 'node:path';

import { IsString, MinLength } from 'class-validator';
import { Settings } from 'daemonry';

@Settings('inventory_import')
export class InventoryImportSettings {
  /** The folder whose CSV files are imported. */
  @IsString()
  @MinLength(1)
  readonly inbox: string = join(__dirname, '..', 'inbox');
}
