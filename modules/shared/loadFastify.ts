import type * as Fastify from 'fastify';

import { loadOptional } from './loadOptional';

/** @throws PackageMissingError */
export const loadFastify = (neededBy: string, otherwise: string): typeof Fastify.fastify =>
  loadOptional(
    { name: 'fastify', major: 5, neededBy, otherwise },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => (require('fastify') as typeof Fastify).fastify,
  );
