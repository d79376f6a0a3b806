import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { WebRoutes } from '../web/WebRoutes';
import { ApplicationTools } from './ApplicationTools';
import { CallerCheck } from './CallerCheck';
import { loadServer } from './loadServer';
import { McpCalls } from './McpCalls';
import { McpMount } from './McpMount';
import { McpRequests } from './McpRequests';
import { McpRoutes } from './McpRoutes';
import { McpSettings } from './McpSettings';
import { McpTools } from './McpTools';
import { Readings } from './Readings';
import { ToolCalls } from './ToolCalls';

const mcp = defineModule('mcp', {
  needs: [auditLogModule()],
  packages: (settings) => (new CallerCheck(settings(McpSettings), () => undefined).possible ? [loadServer] : []),
  bind: ({ bind }) => {
    bind(ApplicationTools).toSelf();
    bind(McpTools).toService(ApplicationTools);
    bind(McpCalls).toSelf();
    bind(ToolCalls).toSelf();
    bind(Readings).toSelf();
    bind(McpRequests).toSelf();
    bind(McpRoutes).toSelf();
    bind(WebRoutes).toService(McpRoutes);
    bind(McpMount).toSelf();
  },
});

/** Serves the application to MCP clients under `/mcp` of `web`, as the listener `mcp`. List `webModule()` beside it. */
export function mcpModule(): ModuleDefinition {
  return mcp;
}
