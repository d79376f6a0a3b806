/** The body of every answer that is not a success. */
export interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly problems?: readonly string[] };
}

export const failure = (code: string, message: string, problems?: readonly string[]): Failure => ({
  error: { code, message, ...(problems === undefined ? {} : { problems }) },
});
