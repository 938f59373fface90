/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The microkernel objects of Zephyr 1.x that there are: tasks, semaphores and
 * memory maps, all of one actor.
 */
#ifndef MICROKERNEL_H
#define MICROKERNEL_H

#include <microkernel/base.h>
#include <microkernel/memory_map.h>
#include <microkernel/semaphore.h>
#include <microkernel/task.h>

#endif
