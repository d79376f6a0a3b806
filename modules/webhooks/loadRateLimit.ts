import type * as RateLimit from '@fastify/rate-limit';

import { loadOptional } from '../shared/loadOptional';

/** @throws PackageMissingError */
export const loadRateLimit = (): typeof RateLimit.fastifyRateLimit =>
  loadOptional(
    {
      name: '@fastify/rate-limit',
      major: 11,
      neededBy: 'The module webhooks',
      otherwise: 'configure neither webhooks.slackSigningSecret nor webhooks.emailSecret',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => (require('@fastify/rate-limit') as typeof RateLimit).fastifyRateLimit,
  );
