import type { Environment } from './environment.ts';

/**
 * Whether a link opened from here comes before somebody's eyes: not over SSH, where the browser would
 * be another machine's, and on Linux only with a desktop or with Windows around it (WSL). Without one
 * `xdg-open` starts a browser of text in the terminal.
 */
export function hasBrowser(env: Environment, platform: NodeJS.Platform): boolean {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  if (isSet('SSH_CONNECTION') || isSet('SSH_TTY')) return false;
  if (platform !== 'linux') return true;
  return ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some(isSet);
}
