declare const OVERT_HOST_NAME: string;

/** Written in by the build, so that tests can have a native host of their own. */
export const hostName: string = OVERT_HOST_NAME;
