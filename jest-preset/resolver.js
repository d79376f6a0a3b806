'use strict';

const path = require('node:path');

const SOURCES = { '.js': ['.ts', '.tsx'], '.mjs': ['.mts'], '.cjs': ['.cts'] };

/** Resolves as Jest does, but finds `./order.ts` for `./order.js` when there is no such file, as the compiler does. */
module.exports = function resolve(request, options) {
  const sources = request.startsWith('.') ? SOURCES[path.extname(request)] : undefined;
  if (sources === undefined) return options.defaultResolver(request, options);
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    const stem = request.slice(0, -path.extname(request).length);
    for (const extension of sources) {
      const source = attempt(() => options.defaultResolver(stem + extension, options));
      if (source !== undefined) return source;
    }
    throw error;
  }
};

function attempt(resolve) {
  try {
    return resolve();
  } catch {
    return undefined;
  }
}
