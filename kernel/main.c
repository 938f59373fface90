/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kmain(): the whole start, cold or warm, in order.  What differs between the
 * two lies in boot_info and in the bank, never in the path.
 */
#include "kernel/main.h"

#include "arch/arch.h"
#include "drivers/console.h"
#include "drivers/irqchip.h"
#include "drivers/timer.h"
#include "kernel/actor.h"
#include "kernel/await.h"
#include "kernel/check.h"
#include "kernel/cmdline.h"
#include "kernel/console.h"
#include "kernel/limits.h"
#include "kernel/planted.h"
#include "kernel/restart.h"
#include "kernel/sched.h"
#include "kernel/sync.h"
#include "kernel/site.h"
#include "kernel/start.h"
#include "kernel/time.h"
#include "kernel/totals.h"
#include "kernel/trap.h"
#include "kernel/untold.h"
#include "kernel/version.h"
#include "kernel/vigil.h"
#include "mm/kspace.h"
#include "mm/pmm.h"
#include "mm/spare.h"

const char version_text[] = REPRISE_VERSION;

void kmain(void)
{
    const struct frame_hole *holes;

    console_init();          /* from here on the kernel can speak */
    start_say_hello();       /* who, on what, after what */
    arch_init();             /* all that the processor can check, is */
    holes = start_holes();   /* image, archive, bank: not to be given away */
    frame_init(&boot_info, holes, HOLE_COUNT);  /* the rest of RAM */
    kspace_init(&boot_info, holes, start_sealed()); /* W^X, guards */
    console_map();           /* its registers were in the early map */
    start_archive();         /* no actors, no system */
    irqchip_init();          /* every line masked */
    timer_init(&boot_info.platform);
    time_init();             /* nobody waits */
    totals_init();           /* how many there may be ... */
    region_init(totals()->regions); /* ... of these ... */
    thread_init(totals()->threads);
    image_init(totals()->actors);   /* ... each has one */
    actor_init(totals()->actors);
    await_init(totals()->promises); /* nobody is promised an end */
    spare_init();            /* filled in idle time */
    sched_init();            /* nobody is ready */
    sync_init();             /* nobody waits on a word */
    restart_init();
    untold_take();           /* what the last kernel had no time to tell */
    start_bank();            /* what earlier lives left */
    pmm_init();              /* nobody holds it */
    limits_init();           /* who may have how much */
    check_init();            /* what is taken now, is the kernel's */
    site_init();             /* the loop breaker counts from here */
    vigil_init();            /* a hang will be noticed from here on */
    cmdline_check();         /* all have asked for their words */
    console_start();         /* the first interrupt may come */
    start_counter();         /* if a measurement asks for it */
    start_boot_actors();     /* supervisor and init */
    planted_fault();         /* if a test asks for one */
    arch_enter_user(trap_exit());
}
