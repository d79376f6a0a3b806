import { packageOf } from './packageOf';

/** Whether Node takes a TypeScript file for an ES module: by its ending, else by the `type` of its package. */
export const isModuleFile = (file: string): boolean =>
  file.endsWith('.mts') || (file.endsWith('.ts') && packageOf(file)?.manifest.type === 'module');
