/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The binary interface: every type, constant and structure that crosses the
 * line between the kernel and an actor.  The kernel and the public headers
 * both include this file and nothing else of each other.
 *
 * Names and shapes are those of ChorusOS 4.0/5.0 where it had them; numeric
 * values are ours (the books print none).  What is marked "ours" is new.
 */
#ifndef KERNEL_ABI_H
#define KERNEL_ABI_H

#define REPRISE_ABI_VERSION 1u

#define K_PAGE_SIZE 4096u /* both architectures use the 4 KiB granule */

/* ---- Results: K_OK or a positive value; an error is negative. ---------- */

typedef int KnError;

#define K_OK 0
#define K_EOK K_OK /* the 5.0 books' other spelling */

#define K_ERRORS(X)                                                            \
    X(K_EINVAL, -1, "invalid argument")                                        \
    X(K_EFAULT, -2, "address outside the caller's space")                      \
    X(K_ENOMEM, -3, "out of memory or descriptors")                            \
    X(K_EPRIV, -4, "not allowed to this caller")                               \
    X(K_EUNKNOWN, -5, "no such object")                                        \
    X(K_EBUSY, -6, "held by another actor")                                    \
    X(K_ESPACE, -7, "no room left in the bank")                                \
    X(K_EOVERLAP, -8, "address range already in use")                          \
    X(K_ESIZE, -9, "size is zero or too large")                                \
    X(K_EROUND, -10, "address is not page aligned")                            \
    X(K_EADDR, -11, "address range not allowed")                               \
    X(K_EPROT, -12, "protection not allowed")                                  \
    X(K_ETIMEOUT, -13, "time limit reached")                                   \
    X(K_EABORT, -14, "wait aborted")                                           \
    X(K_EFULL, -15, "table or queue is full")                                  \
    X(K_ENOEXEC, -16, "not an actor image for this machine")                   \
    X(K_EFAIL, -17, "damaged data")                                            \
    X(K_ENOSYS, -18, "no such system call")

#define K_ERROR_ENUM(name, value, words) name = (value),
enum { K_ERRORS(K_ERROR_ENUM) };
#undef K_ERROR_ENUM

/* ---- Memory ------------------------------------------------------------ */

typedef unsigned long VmAddr; /* holds any pointer of an actor */
typedef unsigned long VmSize; /* bytes */
typedef unsigned int VmFlags;

#define K_WRITABLE 0x0001u
#define K_EXECUTABLE 0x0002u        /* never together with K_WRITABLE */
#define K_FILLZERO 0x0004u          /* always true here; accepted */
#define K_ANYWHERE 0x0010u          /* the kernel picks the address */
#define K_RESTRICTIVE 0x0020u       /* ... between startAddr and endAddr */
#define K_RESERVED 0x0040u          /* addresses only: any access faults */
#define K_SUPERVISOR 0x0080u        /* accepted from a K_SUPACTOR actor */
#define K_NODEMAND 0x0100u          /* always true here; accepted */
#define K_NOWAITFORMEMORY 0x0200u   /* always true here; accepted */
#define K_INHERITCOPY 0x0400u       /* kept with the region, no effect yet */
#define K_INHERITSHARE 0x0800u      /* kept with the region, no effect yet */
#define K_FREEALL 0x1000u           /* rgnFree only */
#define K_NOSWAPOUT 0x2000u         /* always true here; accepted */

typedef struct {
    VmAddr startAddr;
    VmSize size; /* bytes, rounded up to pages */
    VmFlags options;
    VmAddr endAddr; /* with K_RESTRICTIVE only */
    void *opaque1;  /* user values, kept with the region */
    VmFlags opaque2;
} KnRgnDesc;

/* What a region is made of (ours, in KnRgnStat.kind). */
enum {
    K_RGN_MEMORY = 1, /* rgnAllocate */
    K_RGN_RESERVED,   /* rgnAllocate with K_RESERVED */
    K_RGN_IMAGE,      /* text and read-only data, shared */
    K_RGN_DATA,       /* initialised data and BSS */
    K_RGN_STACK,      /* stack of the main thread */
    K_RGN_BLOCK,      /* a persistent block */
};

typedef struct {
    VmAddr startAddr;
    VmSize size;
    VmFlags options;
    void *opaque1;
    VmFlags opaque2;
    unsigned int kind; /* K_RGN_... */
} KnRgnStat;

/* ---- Capabilities and actors ------------------------------------------- */

typedef struct {
    unsigned int uiHead; /* slot */
    unsigned int uiTail; /* generation: never used twice */
} KnUniqueId;

typedef struct {
    unsigned int keyHead, keyTail; /* unguessable */
} KnKey;

typedef struct {
    KnUniqueId ui;
    KnKey key;
} KnCap;

#define K_MYACTOR ((KnCap *)0)
#define K_SVACTOR ((KnCap *)-1L)

typedef int KnActorPrivilege;
enum { K_USERACTOR = 0, K_SYSTEMACTOR = 1, K_SUPACTOR = 2 };

typedef int KnActorStatus;
typedef int KnThreadStatus;
enum { K_ACTIVE = 0, K_INACTIVE = 1, K_STOPPED = 2 };

/* One actor as actorStat() tells it. */
typedef struct {
    KnCap asCap;
    KnActorStatus asStatus; /* K_ACTIVE or K_STOPPED */
} KnActorStat;

#define K_ACTORNAMEMAX 24 /* bytes, with the NUL */
#define K_ARGSMAX 512     /* argv and envp strings of one actor, bytes */
#define HR_GROUPS_MAX 16  /* restart groups: ids 0 .. HR_GROUPS_MAX-1 */

/* ---- Threads and time -------------------------------------------------- */

typedef int KnThreadLid;
typedef void (*KnPc)(void);
typedef int KnStartInfoType;
typedef int KnThreadPrivilege;

#define K_MYSELF 0
#define K_DEFAULT_START_INFO 1
#define K_DEFAULT_STACK_SIZE 0
enum { K_USERTHREAD = 0, K_SUPTHREAD = 1 };

typedef struct {
    KnStartInfoType dsType; /* K_DEFAULT_START_INFO */
    unsigned dsSystemStackSize;
    KnPc dsEntry;
    void *dsUserStackPointer; /* one past the highest byte */
    KnThreadPrivilege dsPrivilege;
} KnDefaultStartInfo_f;

typedef int KnSchedClass;
typedef int KnFifoPriority; /* 0 (first served) .. 255 */
#define K_SCHED_FIFO 1
#define K_FIFO_PRIOMAX 0
#define K_FIFO_PRIOMIN 255

typedef struct {
    KnSchedClass fifoClass;
    KnFifoPriority fifoPriority;
} KnFifoThParms;

typedef struct {
    long tmSec;
    long tmNSec; /* 0 .. 999,999,999 */
} KnTimeVal;

#define K_NOTIMEOUT ((KnTimeVal *)-1L) /* wait for ever */
#define K_NOBLOCK ((KnTimeVal *)0)     /* do not wait; threadDelay: yield */

/* ---- Persistent memory ------------------------------------------------- */

typedef char PmmMedium[16]; /* only "RAM" */
typedef char PmmMemName[48];
typedef char PmmDelKey[32]; /* binary; sizeof is the longest key */

typedef struct {
    PmmMedium medium;
    PmmMemName name;
} PmmName;

/* One block as pmmList() tells it (ours). */
typedef struct {
    PmmMemName name;
    PmmDelKey delKey;
    unsigned delKeySize;
    char owner[K_ACTORNAMEMAX]; /* image of the actor that allocated it */
    VmAddr addr;                /* where every holder sees it */
    VmSize size;                /* bytes, whole pages */
    unsigned inUse;             /* actors that hold it now */
    int holder;                 /* aid of one of them, or -1 */
    unsigned flags;             /* PMM_... */
} PmmBlockInfo;

#define PMM_SEALED 0x1u /* pmmSeal(): not to be written to */
#define PMM_BROKEN 0x2u /* ... and yet other than it was */

/* A key that belongs to the system begins so. */
#define PMM_SYSTEM_PREFIX "__SYS"
/* The caller's restart group; freed with the group. */
#define HR_GROUP_KEY "__SYS_HR_GROUP"
#define HR_GROUP_KEYSIZE sizeof(HR_GROUP_KEY)
#define HR_GROUP_KEY_SIZE HR_GROUP_KEYSIZE

/* ---- Restart (ours, below the ChorusOS calls) --------------------------- */

typedef int HrStartKind;
enum {
    HR_START_FRESH = 0,   /* first life */
    HR_START_RESTART = 1, /* relaunched after an abnormal end */
    HR_START_SITE = 2,    /* relaunched after a restart of the site */
};

typedef struct {
    HrStartKind kind;
    unsigned restarts;     /* lives before this one */
    int group;             /* restart group, or -1 */
    unsigned siteRestarts; /* warm restarts of the site since a cold start */
} HrStartInfo;

/* States of an actor, and what the supervisor does about each. */
enum {
    HR_ACTOR_NEW = 1, /* loaded, waits to be registered and started */
    HR_ACTOR_RUNNING, /* alive */
    HR_ACTOR_DOWN,    /* ended abnormally, waits for a verdict */
    HR_ACTOR_ENDED,   /* ended cleanly or killed with its group */
};

/* How a life ended, as awaits() tells it (values ours): the low byte is 0 and
 * the next one what exit() was given, or the low byte is an event. */
#define K_STATUS_EXIT(code) (((code) & 0xff) << 8)
#define K_STATUS_KILL(event) ((event) & 0xff)
#define K_STATUS_STOP 0x7f
enum {
    K_EVENT_ILLEGAL = 1, /* illegal instruction */
    K_EVENT_BREAKPOINT,  /* breakpoint, single step */
    K_EVENT_FLOAT,       /* floating-point exception */
    K_EVENT_MEMORY,      /* memory protection: a page fault */
    K_EVENT_AKILL,       /* akill(), actorKill(), or killed with its group */
    K_EVENT_DELETE,      /* actorDelete() */
    K_EVENT_DIVIDE,      /* integer division; ours, as all below */
    K_EVENT_PRIVILEGED,  /* privileged instruction, or no address at all */
    K_EVENT_ALIGNMENT,   /* unaligned access */
    K_EVENT_OTHER,       /* another exception */
    K_EVENT_WORDS,       /* actorFault(): it said so itself */
    K_EVENT_GROUP,       /* another member of its restart group failed */
    K_EVENT_RESTART,     /* hrRestart() */
    K_EVENT_SILENT,      /* no heartbeat */
    K_EVENT_STOP,        /* stopped by hand, with its group */
    K_EVENT_OWNER,       /* the life ended that had it made: actorCreate() */
};

/* Why a life ended. */
enum {
    HR_END_NONE = 0, /* not ended */
    HR_END_FAULT,    /* unrecoverable fault */
    HR_END_EXIT,     /* exit */
    HR_END_KILL,     /* akill */
    HR_END_GROUP,    /* another member of the group failed */
    HR_END_RESTART,  /* hrRestart(): it asked for it */
    HR_END_SILENT,   /* no heartbeat: ended by the supervisor */
    HR_END_STOP,     /* stopped by hand: its group is to stay down */
};

/* What hrWait() returns beside a bit for each group: an actor that is in none
 * has crashed. */
#define HR_NOTICE_CRASH 0x40000000u
/* The kernel wants a sign of life, which is the next hrWait(). */
#define HR_NOTICE_ASKED 0x20000000u

/* One life that ended abnormally, as hrCrashes() tells it. */
typedef struct {
    unsigned sequence; /* 1 for the first since the site started */
    int aid;
    int group; /* restart group, or -1 */
    unsigned restarts; /* lives before it */
    int end;           /* HR_END_... */
    int restarted;     /* its group was started again at once: hrCredit() */
    int earlier;       /* in the last life of the site, which could not tell */
    unsigned long long atMs; /* when: sysTime() in milliseconds */
    char name[K_ACTORNAMEMAX];
    char why[80]; /* in words */
} KnCrash;

/* One actor as actorList() tells it. */
typedef struct {
    int aid;      /* new for each life, never used twice */
    int firstAid; /* of its first life since the site started */
    int group;    /* restart group, or -1 */
    char name[K_ACTORNAMEMAX];
    KnActorPrivilege privilege;
    int state;         /* HR_ACTOR_... */
    int end;           /* HR_END_... of the last life */
    int exitStatus;    /* with HR_END_EXIT */
    unsigned restarts; /* lives before this one */
    HrStartKind kind;
    unsigned threads;
    unsigned blocks;     /* persistent blocks held */
    VmSize memory;       /* bytes of RAM in its regions, blocks aside */
    KnTimeVal lifeStart; /* sysTime() at the start of this life */
    int indirect;        /* started by hrfexec*() */
    int stopped;         /* by actorStop() */
    int boot;            /* supervisor or init: kept alive by the kernel */
    int healthy;         /* it has said so in this life: hrHealthy() */
    unsigned beatMs;     /* period of its heartbeat, 0: it has none */
    unsigned quietMs;    /* since the last beat, while it could have run */
    char fault[80];      /* the last fault in words, or "" */
    VmAddr objects;      /* what actorPublish() told, or 0 */
    unsigned objectCount;
} KnActorInfo;

/* What an actor has and may have, as actorQuota() tells it (ours).  Trusted
 * actors have no limits but what there is. */
typedef struct {
    int aid;
    int trusted;
    VmSize memory, memoryMax; /* bytes, with page tables, without blocks */
    VmSize memoryPromised;    /* its next life cannot be refused so much */
    VmSize memoryReserve;     /* all user actors leave so much */
    VmSize bank, bankMax;     /* bytes in blocks of actors of its image */
    unsigned blocks, blocksMax;
    unsigned regions, regionsMax;
    unsigned threads, threadsMax;
} KnActorQuota;

/* actorSpawn(): start an actor from the archive (ours; afexec* use it). */
#define K_SPAWN_RESTARTABLE 0x1u /* direct member of .group */
#define K_SPAWN_TRUSTED 0x2u     /* K_SYSTEMACTOR */
#define K_SPAWN_SITE 0x4u        /* supervisor: a life after a site restart */
#define K_SPAWN_INDIRECT 0x8u    /* with K_SPAWN_SITE: hrfexec*() starts it */
#define K_SPAWN_AWAITED 0x10u    /* its end is kept for the caller's awaits() */

typedef struct {
    char path[K_ACTORNAMEMAX]; /* file in the archive */
    unsigned flags;            /* K_SPAWN_... */
    int group;                 /* with K_SPAWN_RESTARTABLE */
    unsigned restarts;         /* with K_SPAWN_SITE: lives before this one */
    unsigned argc;             /* strings of args that are argv ... */
    unsigned envc;             /* ... and envp after them */
    unsigned argsSize;         /* bytes of args in use */
    PmmMemName base;           /* hrExec(): its name in its group */
    char args[K_ARGSMAX];      /* NUL-terminated strings */
} KnActorSpawn;

/* ---- System ------------------------------------------------------------- */

typedef int KnRebootMode;
enum {
    K_REBOOT_COLD = 0,  /* reset of the machine */
    K_REBOOT_HOT = 1,   /* the site, in place, without firmware */
    K_REBOOT_NEW = 2,   /* not supported: K_EINVAL */
    K_REBOOT_OFF = 3,   /* power off (ours) */
    K_REBOOT_PANIC = 4, /* a kernel panic on purpose, for tests (ours) */
    K_REBOOT_LOCKUP = 6, /* the kernel hangs, on purpose, for tests (ours) */
    K_REBOOT_RECOVER = 5, /* hot; cold or a stop if hot has not helped (ours) */
};

typedef struct {
    KnRebootMode mode;
} KnRebootDesc;

/* sysInfo(): figures of the whole site (ours). */
typedef struct {
    VmSize memTotal, memFree;   /* bytes of RAM that actors may use */
    VmSize bankTotal, bankFree; /* bytes for blocks; 0 without a bank */
    VmAddr bankAddr;            /* address of the bank's blocks in actors */
    VmAddr bankStart;           /* where the bank lies in RAM, physical */
    VmSize bankSize;            /* with its directory; 0 without a bank */
    unsigned bankBlocks, bankBlocksMax;
    unsigned boots;        /* machine boots that found this bank */
    unsigned siteRestarts; /* warm restarts since the last of those */
    int warm;              /* this is a start after a warm restart */
    KnTimeVal uptime;
    unsigned threads, actors, regions; /* in use, of all actors */
    unsigned blocksHeld;               /* counted once for each holder */
    char version[32], arch[16], machine[32], commandLine[256];
} KnSysInfo;

/* sysInject(): faults on purpose, for tests (ours). */
#define K_INJECT_BYTES 16

enum {
    K_INJECT_TEXT = 1,  /* the kernel's code */
    K_INJECT_CONSTANTS, /* ... constants */
    K_INJECT_DATA,      /* ... variables */
    K_INJECT_STACK,     /* what lies on its stack: return addresses, saved
                         * registers and variables of this very call */
    K_INJECT_TABLE,     /* the root of the caller's page tables */
    K_INJECT_RECORD,    /* what a warm restart takes over from the last life */
    K_INJECT_PLANT,     /* commits the offset-th fault of kernel/planted.c */
};

typedef struct {
    int where;     /* K_INJECT_... */
    unsigned size; /* bytes, at most K_INJECT_BYTES */
    VmAddr offset; /* from its beginning */
    unsigned char mask[K_INJECT_BYTES]; /* the bits that are flipped */
} KnInject;

/* sysRetention(): what a reset leaves of RAM (ours).  The number of the action
 * that ends everything is one that no slip makes. */
#define K_RETENTION_LOOK 0
#define K_RETENTION_FILL 0x66696c6c

/* What has become of a range. */
enum {
    K_RETENTION_WHOLE = 1, /* every bit as it was filled */
    K_RETENTION_FLIPPED,   /* in each page bits are not, 8 of 64 at most */
    K_RETENTION_LOST,      /* in each page words are others */
};

typedef struct {
    int action;       /* in: K_RETENTION_LOOK or K_RETENTION_FILL */
    int kind;         /* out: K_RETENTION_... */
    VmAddr startAddr; /* in: look from here on; out: the range, physical */
    VmSize size;      /* out: bytes, whole pages */
    VmSize flipped;   /* out: bits, with K_RETENTION_FLIPPED */
} KnRetention;

#endif
