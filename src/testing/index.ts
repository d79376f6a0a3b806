export { createTestApplication, type TestApplicationOptions } from './createTestApplication';
export { override, type Override } from './override';
export { TestApplication } from './TestApplication';
export { VirtualClock, type VirtualClockOptions } from './VirtualClock';
