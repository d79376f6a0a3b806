import { TestEnvironment } from 'jest-environment-node';

/** Jest's environment for Node. Below a failure it prints what the applications of that test have logged. */
declare class DaemonryEnvironment extends TestEnvironment {}

export = DaemonryEnvironment;
