/** The preset: `preset: 'daemonry/jest-preset'` is all that a Jest configuration needs. */
declare const preset: {
  testEnvironment: string;
  transform: Record<string, string>;
  transformIgnorePatterns: string[];
  resolver: string;
  coverageProvider: 'v8';
};

export = preset;
