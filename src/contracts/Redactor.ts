/** Removes secrets from texts and data before they are shown. */
export interface Redactor {
  /** The text with every secret replaced. */
  readonly text: (value: string) => string;
  /**
   * Plain JSON data with every secret replaced. A value under a key that looks like a secret's is replaced as a whole,
   * and an error becomes its plain form. Data without secrets is returned as it is, not copied.
   */
  data<T>(value: T): T;
}
