/** `/version`. */
import { arch, version as nodeVersion, platform } from 'node:process';

/** The Kubernetes release this server answers as; kubectl warns beyond a skew of one minor. */
const RELEASE = { major: '1', minor: '36' };
/** Architectures as Go names them. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** `version.Info` with every field kubectl and client-go read. `build` is everynode's own version. */
export function versionInfo(build: string): object {
  return {
    major: RELEASE.major,
    minor: RELEASE.minor,
    emulationMajor: RELEASE.major,
    emulationMinor: RELEASE.minor,
    minCompatibilityMajor: RELEASE.major,
    minCompatibilityMinor: String(Number(RELEASE.minor) - 1),
    gitVersion: `v${RELEASE.major}.${RELEASE.minor}.0-everynode.${build}`,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node${nodeVersion}`,
    compiler: 'v8',
    platform: `${platform}/${GO_ARCH[arch] ?? arch}`,
  };
}
