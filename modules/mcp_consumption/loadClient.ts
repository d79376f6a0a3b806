import type * as ClientModule from '@modelcontextprotocol/sdk/client/index.js';
import type * as StdioModule from '@modelcontextprotocol/sdk/client/stdio.js';
import type * as HttpModule from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { loadOptional } from '../shared/loadOptional';

export type ClientLibrary = typeof ClientModule & typeof StdioModule & typeof HttpModule;

/** @throws PackageMissingError */
export const loadClient = (): ClientLibrary =>
  loadOptional(
    {
      name: '@modelcontextprotocol/sdk',
      major: 1,
      neededBy: 'The module mcp_consumption',
      otherwise: 'configure no mcp_consumption.endpoints',
    },
    () =>
      /* eslint-disable @typescript-eslint/no-require-imports -- loaded only when it is used */
      ({
        ...(require('@modelcontextprotocol/sdk/client/index.js') as typeof ClientModule),
        ...(require('@modelcontextprotocol/sdk/client/stdio.js') as typeof StdioModule),
        ...(require('@modelcontextprotocol/sdk/client/streamableHttp.js') as typeof HttpModule),
      }),
    /* eslint-enable @typescript-eslint/no-require-imports */
  );
