/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define MCAST_INSIDE
#include "mcast-version.h"
#include "mcast-version-macros.h"
#include "mcast-version-check.h"
#include "mcast-enums.h"
#include "mcast-error.h"
#include "mcast-group.h"
#include "mcast-interface.h"
#include "mcast-interface-monitor.h"
#include "mcast-event.h"
#include "mcast-path.h"
#include "mcast-datagram.h"
#include "mcast-rx-message.h"
#include "mcast-rx-options.h"
#include "mcast-tx-message.h"
#include "mcast-tx-options.h"
#include "mcast-rx-socket.h"
#include "mcast-tx-socket.h"
#include "mcast-sap-session.h"
#include "mcast-sap-listener.h"
#include "mcast-sap-announcer.h"
#undef MCAST_INSIDE
