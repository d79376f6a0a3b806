import type * as Mailparser from 'mailparser';

import { loadOptional } from '../shared/loadOptional';

/** @throws PackageMissingError */
export const loadMailparser = (): typeof Mailparser =>
  loadOptional(
    {
      name: 'mailparser',
      major: 3,
      neededBy: 'The module email_inbound_imap',
      otherwise: 'configure no email_inbound_imap.appPassword',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('mailparser') as typeof Mailparser,
  );
