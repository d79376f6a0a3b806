import type * as Imapflow from 'imapflow';

import { loadOptional } from '../shared/loadOptional';

/** @throws PackageMissingError */
export const loadImapflow = (): typeof Imapflow =>
  loadOptional(
    {
      name: 'imapflow',
      major: 2,
      neededBy: 'The module email_inbound_imap',
      otherwise: 'configure no email_inbound_imap.appPassword',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('imapflow') as typeof Imapflow,
  );
