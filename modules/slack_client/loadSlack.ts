import type * as Slack from '@slack/web-api';

import { loadOptional } from '../shared/loadOptional';

/** @throws PackageMissingError */
export const loadSlack = (): typeof Slack =>
  loadOptional(
    { name: '@slack/web-api', major: 8, neededBy: 'The Slack client', otherwise: 'configure no slack.botToken' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('@slack/web-api') as typeof Slack,
  );
