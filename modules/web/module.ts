import { defineModule, type ModuleDefinition } from 'daemonry';

import { loadWebFramework } from './createServer';
import { WebServer } from './WebServer';

const web = defineModule('web', {
  packages: () => [loadWebFramework],
  bind: ({ bind }) => void bind(WebServer).toSelf(),
});

/** The HTTP server: health endpoints and the API of the application and its modules, as the listener `web`. */
export function webModule(): ModuleDefinition {
  return web;
}
