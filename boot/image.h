/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The marks that linker.ld leaves in the image, as addresses.
 */
#ifndef BOOT_IMAGE_H
#define BOOT_IMAGE_H

extern char image_start[], text_end[], rodata_end[], data_image[], image_end[];
extern char data_start[], data_end[], bss_start[], bss_end[];
extern char image_spare[], ram_end[];
extern char kernel_stack_guard[], kernel_stack[], kernel_stack_top[];

#endif
