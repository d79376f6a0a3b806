export { DuplicateToolError } from './DuplicateToolError';
export { McpMount } from './McpMount';
export { McpCaller, McpSettings } from './McpSettings';
export { type McpCapability, type McpTool, type McpToolContext, McpTools } from './McpTools';
export { mcpModule } from './module';
