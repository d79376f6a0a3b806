import type * as ServerModule from '@modelcontextprotocol/sdk/server/index.js';
import type * as TransportModule from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type * as TypesModule from '@modelcontextprotocol/sdk/types.js';
import type * as ValidationModule from '@modelcontextprotocol/sdk/validation/ajv-provider.js';

import { loadOptional } from '../shared/packages';

export type ServerLibrary = typeof ServerModule & typeof TransportModule & typeof TypesModule & typeof ValidationModule;

/** Loads the server library. @throws PackageMissingError */
export const loadServer = (): ServerLibrary =>
  loadOptional(
    {
      name: '@modelcontextprotocol/sdk',
      major: 1,
      neededBy: 'The module mcp',
      otherwise: 'leave mcp.bearerToken, mcp.tokenFile and mcp.callers out',
    },
    () =>
      /* eslint-disable @typescript-eslint/no-require-imports -- loaded only when it is used */
      ({
        ...(require('@modelcontextprotocol/sdk/server/index.js') as typeof ServerModule),
        ...(require('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js') as typeof TransportModule),
        ...(require('@modelcontextprotocol/sdk/types.js') as typeof TypesModule),
        ...(require('@modelcontextprotocol/sdk/validation/ajv-provider.js') as typeof ValidationModule),
      }),
    /* eslint-enable @typescript-eslint/no-require-imports */
  );
