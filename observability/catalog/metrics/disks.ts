/** File systems that can fill up: not in memory, not read-only, not part of a container image. */
export const DISKS = {
  fstype: { notMatches: 'tmpfs|ramfs|squashfs|iso9660|erofs|fuse.*|nsfs' },
  mountpoint: { notMatches: '/(?:dev|proc|sys|run|boot|etc)(?:/.*)?' },
} as const;
