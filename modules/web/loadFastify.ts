import type { fastify } from 'fastify';

import { WebServerMissingError } from './WebServerMissingError';

const MISSING = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/** Loads fastify, an optional peer dependency, when it is needed. @throws WebServerMissingError */
export async function loadFastify(): Promise<typeof fastify> {
  try {
    return (await import('fastify')).fastify;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A package that fastify itself misses is another matter.
    if (MISSING.has(code ?? '') && /['"]fastify['"]/.test(message)) throw new WebServerMissingError(error);
    throw error;
  }
}
