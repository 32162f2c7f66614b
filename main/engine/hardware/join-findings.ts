import type { Device } from '../../../shared/hardware.ts';
import { findingSources } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * One device for each processor the findings speak of. Two findings are the same device if their PCI addresses agree;
 * where one has none, if their PCI ids agree; where one has no ids, if their names do. A source never speaks twice of one device.
 */
export function joinFindings(findings: readonly Finding[]): Device[] {
  const groups: Finding[][] = [];
  // Those with an address first: they keep identical cards apart.
  const ordered = [...findings].sort((a, b) => Number(a.pciAddress === null) - Number(b.pciAddress === null));
  for (const finding of ordered) {
    const group = bestGroup(groups, finding);
    if (group) group.push(finding);
    else groups.push([finding]);
  }
  const devices = groups.map((group) => [...group].sort(bySource)).map(toDevice);
  return numberRepeated(devices).sort((a, b) => Number(a.software) - Number(b.software));
}

function bestGroup(groups: readonly Finding[][], finding: Finding): Finding[] | undefined {
  const open = groups.filter((group) =>
    group.every((other) => other.source !== finding.source && other.kind === finding.kind),
  );
  const tests = [sameAddress, sameIds, sameName];
  for (const same of tests) {
    const found = open.find(
      (group) => group.some((other) => same(other, finding)) && !group.some((other) => contradicts(other, finding)),
    );
    if (found) return found;
  }
  return undefined;
}

const sameAddress = (a: Finding, b: Finding): boolean => a.pciAddress !== null && a.pciAddress === b.pciAddress;

const sameIds = (a: Finding, b: Finding): boolean =>
  a.vendorId !== null && a.deviceId !== null && a.vendorId === b.vendorId && a.deviceId === b.deviceId;

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\((?:r|tm)\)|[®™]|\b(?:nvidia|amd|intel|corporation|inc|graphics)\b|\(.*?\)/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

const sameName = (a: Finding, b: Finding): boolean =>
  a.name !== null && b.name !== null && plain(a.name) !== '' && plain(a.name) === plain(b.name);

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

const contradicts = (a: Finding, b: Finding): boolean =>
  a.software !== b.software ||
  differ(a.pciAddress, b.pciAddress) ||
  (!sameAddress(a, b) && (differ(a.vendorId, b.vendorId) || differ(a.deviceId, b.deviceId)));

const bySource = (a: Finding, b: Finding): number =>
  findingSources.indexOf(a.source) - findingSources.indexOf(b.source);

/** `group` in the order in which sources are believed. */
function toDevice(group: readonly Finding[]): Device {
  const first = <Value>(pick: (finding: Finding) => Value | null): Value | null => {
    for (const finding of group) {
      const value = pick(finding);
      if (value !== null) return value;
    }
    return null;
  };
  const kind = group[0]!.kind;
  const address = first((finding) => finding.pciAddress);
  const vendor = first((finding) => finding.vendor) ?? 'unknown vendor';
  const ids = `${first((finding) => finding.vendorId) ?? '????'}:${first((finding) => finding.deviceId) ?? '????'}`;
  const name = first((finding) => finding.name) ?? `${vendor} ${kind.toUpperCase()} [${ids}]`;
  return {
    id: `${kind}-${address === null ? slug(name) : `pci-${address}`}`,
    kind,
    name,
    vendor,
    memoryBytes: first((finding) => finding.memoryBytes),
    driver: first((finding) => finding.driver),
    software: group.some((finding) => finding.software),
    sources: group.map((finding) => finding.source),
    facts: Object.assign(
      {},
      ...[...group].reverse().map((finding) => finding.facts),
      address === null ? {} : { pci: address },
    ) as Record<string, string>,
  };
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** Ids made from names get a number where two are the same. */
function numberRepeated(devices: readonly Device[]): Device[] {
  const seen = new Map<string, number>();
  return devices.map((device) => {
    const count = (seen.get(device.id) ?? 0) + 1;
    seen.set(device.id, count);
    return count === 1 ? device : { ...device, id: `${device.id}-${count}` };
  });
}
