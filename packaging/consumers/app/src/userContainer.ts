import { Container } from 'inversify';

/** The container class as the application itself gets it. */
export const userContainer = async (): Promise<typeof Container> => Container;
