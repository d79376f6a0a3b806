export { DuplicateToolError, type McpCapability, type McpTool, type McpToolContext, McpTools } from './McpTools';
export { McpMount } from './McpMount';
export { McpCaller, McpSettings } from './McpSettings';
export { mcpModule } from './module';
