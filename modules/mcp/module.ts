import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { WebRoutes } from '../web/WebRoutes';
import { ApplicationTools } from './ApplicationTools';
import { McpMount } from './McpMount';
import { McpRoutes } from './McpRoutes';
import { McpTools } from './McpTools';
import { ToolCalls } from './ToolCalls';

const mcp = defineModule('mcp', {
  needs: [auditLogModule()],
  bind: ({ bind }) => {
    bind(ApplicationTools).toSelf();
    bind(McpTools).toService(ApplicationTools);
    bind(ToolCalls).toSelf();
    bind(McpRoutes).toSelf();
    bind(WebRoutes).toService(McpRoutes);
    bind(McpMount).toSelf();
  },
});

/** Serves the application to MCP clients under `/mcp` of `web`, as the listener `mcp`. List `webModule()` beside it. */
export function mcpModule(): ModuleDefinition {
  return mcp;
}
