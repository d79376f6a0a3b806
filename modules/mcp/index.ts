import { ContainerModule } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { WebRoutes } from '../web/WebRoutes';
import { ApplicationTools } from './ApplicationTools';
import { McpMount } from './McpMount';
import { McpRoutes } from './McpRoutes';
import { McpTools } from './McpTools';
import { ToolCalls } from './ToolCalls';

/** Serves the application to MCP clients under `/mcp` of `web`, as the listener `mcp`. Needs `webModule()`. */
export function mcpModule(): ContainerModule {
  return new ContainerModule((options) => {
    const { bind } = options;
    bindAuditLog(options);
    bind(ApplicationTools).toSelf();
    bind(McpTools).toService(ApplicationTools);
    bind(ToolCalls).toSelf();
    bind(McpRoutes).toSelf();
    bind(WebRoutes).toService(McpRoutes);
    bind(McpMount).toSelf();
  });
}

export { DuplicateToolError } from './DuplicateToolError';
export { McpMount } from './McpMount';
export { McpCaller, McpSettings } from './McpSettings';
export { type McpCapability, type McpTool, type McpToolContext, McpTools } from './McpTools';
