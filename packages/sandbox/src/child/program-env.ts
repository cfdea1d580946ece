/**
 * The whole environment of a program, nothing inherited. Next declares `NODE_ENV` as always there, for every package that its types reach;
 * of an environment made by us that is not so.
 */
export const programEnv = (variables: Readonly<Record<string, string>>) => ({ ...variables }) as NodeJS.ProcessEnv
