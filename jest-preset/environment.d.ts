import { TestEnvironment } from 'jest-environment-node';

/** Jest's environment for Node, which shows below a failure what the applications of that test logged. */
declare class DaemonryEnvironment extends TestEnvironment {}

export = DaemonryEnvironment;
