package org.millrace.ee.app;

import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What the tests have the application do, from outside. */
@WebServlet("/commands")
public class Commands extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @EJB private transient Events events;
    @EJB private transient Sender sender;
    @EJB private transient Transactions transactions;
    @EJB private transient Injected injected;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType("text/plain");
        try {
            response.getWriter().print(run(request));
        } catch (Exception thrown) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.getWriter().print(thrown);
        }
    }

    private String run(HttpServletRequest request) throws Exception {
        String queue = request.getParameter("queue");
        String body = request.getParameter("body");
        String end = request.getParameter("end");
        switch (request.getParameter("do")) {
            case "prepare" -> events.prepare();
            case "send" -> sender.send(queue, body, end);
            case "sendClassic" -> sender.sendClassic(queue, body);
            case "sendWithoutTransaction" -> sender.sendWithoutTransaction(queue, body);
            case "sendInjected" -> injected.send(queue, body, end);
            case "sendToDefined" -> injected.sendToDefined(body);
            case "sendInUserTransaction" -> transactions.sendInUserTransaction(queue, body, end);
            case "sendAndHalt" -> transactions.sendAndHalt(queue, body);
            case "halt" -> Runtime.getRuntime().halt(1);
            case "sendTooSlowly" -> {
                return transactions.sendTooSlowly(queue, body);
            }
            case "count" -> {
                return events.count(body);
            }
            case "openAtOnce" -> {
                return String.valueOf(sender.openAtOnce(Integer.parseInt(body)));
            }
            case "threads" -> {
                return String.valueOf(
                        Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().startsWith("millrace"))
                                .count());
            }
            case "adapters" -> {
                return String.valueOf(Heap.instances("org.millrace.ra.MillraceResourceAdapter"));
            }
            default -> throw new IllegalArgumentException(request.getQueryString());
        }
        return "done";
    }
}
