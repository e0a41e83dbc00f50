package org.millrace.samples.jakartaee;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code /orders/new?item=apples} sends an order; it is stored when the answer is there. */
@WebServlet("/new")
public class OrderServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    @JMSConnectionFactory("java:/jms/millraceCF")
    private transient JMSContext context;

    @Resource(lookup = "java:/jms/orders")
    private transient Queue orders;

    @Override
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String item = request.getParameter("item");
        if (item == null) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "parameter item is missing");
            return;
        }
        context.createProducer().send(orders, item);
        response.getWriter().println("ordered: " + item);
    }
}
