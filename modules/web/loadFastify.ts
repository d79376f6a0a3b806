import type * as Fastify from 'fastify';

import { WebServerMissingError } from './WebServerMissingError';

const MISSING = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/** Loads fastify, an optional peer dependency, when it is needed. @throws WebServerMissingError */
export function loadFastify(): typeof Fastify.fastify {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest cannot `import()` from a published package.
    return (require('fastify') as typeof Fastify).fastify;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A package that fastify itself misses is another matter.
    if (MISSING.has(code ?? '') && /['"]fastify['"]/.test(message)) throw new WebServerMissingError(error);
    throw error;
  }
}
