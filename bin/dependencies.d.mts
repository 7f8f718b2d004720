export function runsTypeScript(version: string): boolean;
export function runsLauncher(version: string): boolean;
export function findNode(root: string): string | null;
export function isInstalled(root: string, choice?: { withDevelopment?: boolean }): boolean;
