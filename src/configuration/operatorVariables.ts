/** The variables that the commands against a running application read. */
export interface OperatorVariables {
  /** The token of an operator in `web.operators` of that application. */
  readonly DAEMONRY_TOKEN?: string;
  /** Anything but an empty text asks for a terminal without colours. */
  readonly NO_COLOR?: string;
  /** The kind of the terminal; `dumb` for one that only takes lines. */
  readonly TERM?: string;
}

/** Reads the variables of the person who operates an application from this terminal. */
export function operatorVariables(): OperatorVariables {
  const { DAEMONRY_TOKEN, NO_COLOR, TERM } = process.env;
  return { DAEMONRY_TOKEN, NO_COLOR, TERM };
}
