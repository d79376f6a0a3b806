import { runInThisContext } from 'node:vm';

/**
 * The process itself. What Jest gives the files it isolates is a copy, whose listeners never hear of what happens to the
 * process.
 */
export const realProcess = runInThisContext('process') as NodeJS.Process;
