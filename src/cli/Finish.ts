/** Ends the process with an exit code once everything is written, whatever the entry file holds open. */
export type Finish = (code: number) => void;
