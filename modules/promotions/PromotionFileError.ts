import { DaemonryError } from 'daemonry';

import type { DamagedFile } from './Promotion';

/** A file of the store holds no promotion. */
export class PromotionFileError extends DaemonryError {
  constructor(
    readonly file: DamagedFile,
    cause: unknown,
  ) {
    super('PROMOTION_FILE_DAMAGED', {
      what: 'A file that should hold a promotion does not.',
      facts: { file: file.path, why: file.why },
      fix: 'correct the file, or move it away; it is not overwritten.',
      cause,
    });
  }
}
