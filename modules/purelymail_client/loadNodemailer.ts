import type * as Nodemailer from 'nodemailer';

import { loadOptional } from '../shared/loadOptional';

/** @throws PackageMissingError */
export const loadNodemailer = (): typeof Nodemailer =>
  loadOptional(
    {
      name: 'nodemailer',
      major: 10,
      neededBy: 'The module purelymail_client',
      otherwise: 'configure no purelymail.appPassword',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('nodemailer') as typeof Nodemailer,
  );
